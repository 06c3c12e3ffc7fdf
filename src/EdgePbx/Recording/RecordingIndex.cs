using System.Security.Cryptography;

namespace EdgePbx;

/// <summary>
/// Makes the digests of closed files, a piece at a time so that those being written need not wait, then hands over each one's line
/// for the call records. Belongs to the recorder thread. A file gets the name that it keeps when its line is on the medium, from whoever
/// has written it; what has not got so far gets its line at the next start.
/// </summary>
/// <param name="write">Takes a line. True: nobody keeps such lines; false: whoever keeps it says when it is kept.</param>
internal sealed class RecordingIndex(Func<RecordingLine, bool> write) : IDisposable
{
    private const int Piece = 256 * 1024;

    private readonly Queue<FinishedFile> _waiting = new();
    private readonly byte[] _piece = new byte[Piece];
    private FileStream? _stream;
    private IncrementalHash? _digest;

    public bool IsBusy => _waiting.Count > 0;

    public void Add(FinishedFile file) => _waiting.Enqueue(file);

    /// <summary>Reads one piece of what waits.</summary>
    public void Work()
    {
        if (!_waiting.TryPeek(out FinishedFile? file))
        {
            return;
        }
        try
        {
            _stream ??= new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            _digest ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            int read = _stream.Read(_piece);
            _digest.AppendData(_piece, 0, read);
            if (read == 0)
            {
                Finish(file, Convert.ToHexStringLower(_digest.GetHashAndReset()));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Finish(file, ""); // it was deleted meanwhile, or can't be read: its line says so by having no digest
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _digest?.Dispose();
    }

    private void Finish(FinishedFile file, string digest)
    {
        _ = _waiting.Dequeue();
        _stream?.Dispose();
        _digest?.Dispose();
        (_stream, _digest) = (null, null);
        RecordingLine line = RecordingLine.Of(file, digest) with { Kept = () => RecordingName.TryMove(file.Path, file.KeptPath, out _) };
        if (write(line))
        {
            line.Kept();
        }
    }
}
