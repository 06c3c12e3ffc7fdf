namespace EdgePbx.Core;

/// <summary>What credentials may be made of (RFC 8760, RFC 7616).</summary>
public enum DigestRule : byte
{
    /// <summary>SHA-256 or MD5, with qop: what phones of the last twenty years can do.</summary>
    Any,

    /// <summary>SHA-256 with qop, and nothing else: nobody in between can choose the weaker one.</summary>
    Sha256,

    /// <summary>Also without qop, as RFC 2069 had it, for a phone that knows nothing better.</summary>
    NoQop,
}
