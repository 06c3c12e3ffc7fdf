using System.Security.Cryptography;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>Random bytes of the kernel, from getrandom(2).</summary>
/// <remarks>The framework's own way there is OpenSSL, whose loading would be the longest part of our start.</remarks>
internal sealed unsafe class KernelEntropy : Entropy
{
    // so many come at once or not at all, and no signal interrupts
    private const int Whole = 256;

    public override void Fill(Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            Span<byte> part = bytes[..Math.Min(bytes.Length, Whole)];
            fixed (byte* first = part)
            {
                if (SocketCalls.getrandom(first, (nuint)part.Length, 0) != part.Length)
                {
                    RandomNumberGenerator.Fill(part); // a kernel without it, or one that is told to refuse it
                }
            }
            bytes = bytes[part.Length..];
        }
    }
}
