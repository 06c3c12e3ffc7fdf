using System.Security.Cryptography;

namespace EdgePbx;

/// <summary>
/// Makes the digests of closed files, a piece at a time so that those being written need not wait, then hands over each one's line
/// for the call records and gives it the name that it keeps. Belongs to the recorder thread.
/// </summary>
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

    // the line first: a power cut between the two makes a second one with the same file, which is better than none
    private void Finish(FinishedFile file, string digest)
    {
        _ = _waiting.Dequeue();
        _stream?.Dispose();
        _digest?.Dispose();
        (_stream, _digest) = (null, null);
        if (write(RecordingLine.Of(file, digest))) // else it keeps the name of one that has no line, and the next start makes it
        {
            _ = RecordingName.TryMove(file.Path, file.KeptPath, out _);
        }
    }
}
