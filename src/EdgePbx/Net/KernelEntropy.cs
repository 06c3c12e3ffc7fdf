using System.Security.Cryptography;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>Random bytes of the kernel.</summary>
internal sealed class KernelEntropy : Entropy
{
    public override void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}
