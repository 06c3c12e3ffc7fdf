using System.Buffers.Binary;
using System.Numerics;

namespace EdgePbx.Core;

/// <summary>SipHash-2-4 (Aumasson and Bernstein, 2012; no relation of ours): 64 bits of a short text that nobody can tell without the key.</summary>
/// <remarks>For what strangers may make us calculate as often as they like. It proves nothing about who sent what; digests do that.</remarks>
internal static class SipHash
{
    /// <summary>In bytes.</summary>
    public const int KeyLength = 16;

    public static ulong Of(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        ulong low = BinaryPrimitives.ReadUInt64LittleEndian(key);
        ulong high = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
        var state = new State(
            low ^ 0x736f6d6570736575, high ^ 0x646f72616e646f6d, low ^ 0x6c7967656e657261, high ^ 0x7465646279746573);
        ulong last = (ulong)text.Length << 56; // the length's lowest byte
        for (; text.Length >= sizeof(ulong); text = text[sizeof(ulong)..])
        {
            state.Take(BinaryPrimitives.ReadUInt64LittleEndian(text));
        }
        for (int i = 0; i < text.Length; i++)
        {
            last |= (ulong)text[i] << (8 * i);
        }
        state.Take(last);
        return state.End();
    }

    private struct State(ulong a, ulong b, ulong c, ulong d)
    {
        public void Take(ulong word)
        {
            d ^= word;
            Mix(2);
            a ^= word;
        }

        public ulong End()
        {
            c ^= 0xff;
            Mix(4);
            return a ^ b ^ c ^ d;
        }

        private void Mix(int rounds)
        {
            for (int i = 0; i < rounds; i++)
            {
                a += b;
                c += d;
                b = BitOperations.RotateLeft(b, 13) ^ a;
                d = BitOperations.RotateLeft(d, 16) ^ c;
                a = BitOperations.RotateLeft(a, 32);
                c += b;
                a += d;
                b = BitOperations.RotateLeft(b, 17) ^ c;
                d = BitOperations.RotateLeft(d, 21) ^ a;
                c = BitOperations.RotateLeft(c, 32);
            }
        }
    }
}
