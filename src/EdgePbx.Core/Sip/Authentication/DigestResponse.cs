namespace EdgePbx.Core;

/// <summary>The calculation that client and server both do (RFC 7616 3.4.1 to 3.4.3; RFC 2069 for clients without qop).</summary>
internal static class DigestResponse
{
    /// <summary>H(A1) as hexadecimal digits: what stands for the secret. False if the texts are too long.</summary>
    internal static bool TryHashA1(
        DigestAlgorithm algorithm, ReadOnlySpan<byte> user, ReadOnlySpan<byte> realm, ReadOnlySpan<byte> secret, Span<byte> hex)
    {
        var input = new DigestInput(stackalloc byte[DigestInput.Longest]);
        input.Append(user);
        input.Append(realm);
        input.Append(secret);
        return input.TryHashToHex(algorithm, hex);
    }

    /// <summary>The response, as bytes, that goes with these credentials. False if they are too long.</summary>
    /// <param name="a1">H(A1) as hexadecimal digits.</param>
    internal static bool TryCompute(
        DigestAlgorithm algorithm, ReadOnlySpan<byte> a1, in DigestCredentials credentials, ReadOnlySpan<byte> method, Span<byte> response)
    {
        Span<byte> buffer = stackalloc byte[DigestInput.Longest];
        Span<byte> a2 = stackalloc byte[DigestAlgorithms.LargestHex];
        a2 = a2[..(2 * DigestAlgorithms.HashLength(algorithm))];
        var second = new DigestInput(buffer);
        second.Append(method);
        second.Append(credentials.Uri);
        if (!second.TryHashToHex(algorithm, a2))
        {
            return false;
        }
        var all = new DigestInput(buffer);
        all.Append(a1);
        all.Append(credentials.Nonce);
        if (credentials.HasQop)
        {
            all.Append(credentials.NonceCount);
            all.Append(credentials.ClientNonce);
            all.Append(credentials.Qop);
        }
        all.Append(a2);
        return all.TryHash(algorithm, response);
    }
}
