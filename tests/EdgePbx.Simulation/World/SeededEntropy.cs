using System.Buffers.Binary;
using EdgePbx.Core;

namespace EdgePbx.Simulation;

/// <summary>The engine's random bytes.</summary>
internal sealed class SeededEntropy(ulong seed) : Entropy
{
    private readonly Rng _rng = Rng.For(seed, 2, 0);

    public override void Fill(Span<byte> bytes)
    {
        Span<byte> eight = stackalloc byte[8];
        while (bytes.Length > 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(eight, _rng.Next());
            int length = Math.Min(8, bytes.Length);
            eight[..length].CopyTo(bytes);
            bytes = bytes[length..];
        }
    }
}
