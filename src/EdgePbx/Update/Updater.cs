using System.Security.Cryptography;

namespace EdgePbx;

/// <summary>
/// Writes a new version into the slot that does not run, and asks for one trial of it. Until the very last step the slot that
/// runs is the one that starts again, whenever the power fails.
/// </summary>
/// <param name="card">Where the slots are.</param>
/// <param name="running">The slot that this machine was started from.</param>
/// <param name="tell">Takes a line for the technician.</param>
internal sealed class Updater(Card card, Slot running, Action<string> tell)
{
    private const int Piece = 1 << 20;

    /// <param name="file">From its beginning.</param>
    /// <param name="publicKey">PEM; whose updates are taken.</param>
    /// <param name="isForced">An older version is taken too, and one that has failed its trial.</param>
    /// <exception cref="UpdateException">It is refused; nothing was written unless the card is broken.</exception>
    public void Install(Stream file, string publicKey, bool isForced)
    {
        SlotState state = card.ReadState();
        RefuseWhileUnsure(state);
        byte[] head = new byte[UpdateFile.Head];
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
        {
            throw new UpdateException("this is no update: it is too short");
        }
        var update = UpdateFile.Parse(head, publicKey);
        Slot target = SlotState.Other(running);
        if (!isForced)
        {
            RefuseOlder(update, state, target);
        }
        if (update.Size > card.RoomIn(target))
        {
            throw new UpdateException($"it is larger than a slot of this card: {update.Size} bytes, and there is room for {card.RoomIn(target)}");
        }
        tell($"update to {update}: checking the file");
        CheckContent(file, update);
        tell($"writing slot {target}");
        Write(file, update, target);
        card.WriteState(state with { Trial = target, Tries = 1 });
        tell($"slot {target} is written and checked. The next start tries it; it stays only if its self-test passes.");
    }

    private void RefuseWhileUnsure(SlotState state)
    {
        if (state.IsTrialPending)
        {
            throw new UpdateException($"slot {state.Trial} waits for its trial already: restart first");
        }
        if (state.Confirmed != running)
        {
            throw new UpdateException($"the running slot {running} has not passed its self-test yet; ask again when it is ready");
        }
    }

    private void RefuseOlder(UpdateFile update, SlotState state, Slot target)
    {
        if (card.ReadHead(running) is { } now && update.Built <= now.Built)
        {
            throw new UpdateException(update.Built == now.Built
                ? $"{update} is what runs already (--force writes it all the same)"
                : $"{update} is older than {now}, which runs (--force takes it all the same)");
        }
        if (state.Trial == target && card.ReadHead(target)?.Built == update.Built)
        {
            throw new UpdateException($"{update} has failed its trial on this machine (--force tries it again)");
        }
    }

    private static void CheckContent(Stream file, UpdateFile update)
    {
        if (file.Length != UpdateFile.Head + update.Size || !HashOf(file, update.Size).SequenceEqual(update.Sha256))
        {
            throw new UpdateException("the file is damaged: copy it again");
        }
    }

    private static byte[] HashOf(Stream file, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = new byte[Piece];
        file.Position = UpdateFile.Head;
        for (long left = length; left > 0;)
        {
            int count = (int)Math.Min(left, piece.Length);
            file.ReadExactly(piece, 0, count);
            hash.AppendData(piece, 0, count);
            left -= count;
        }
        return hash.GetHashAndReset();
    }

    // The head goes first and comes last: without it the slot is empty, whatever else is in it.
    private void Write(Stream file, UpdateFile update, Slot target)
    {
        byte[] head = new byte[SlotHead.Room];
        file.Position = UpdateFile.Head;
        file.ReadExactly(head);
        card.Write(target, 0, new byte[SlotHead.Room]);
        card.Sync();
        byte[] piece = new byte[Piece];
        for (long at = SlotHead.Room; at < update.Size; at += Piece)
        {
            Span<byte> part = piece.AsSpan(0, (int)Math.Min(Piece, update.Size - at));
            file.ReadExactly(part);
            card.Write(target, at, part);
        }
        card.Sync();
        if (!HashOf(head, update.Size, target).SequenceEqual(update.Sha256))
        {
            throw new UpdateException("the card did not keep what was written: it is worn out. What runs now still starts.");
        }
        card.Write(target, 0, head);
        card.Sync();
        if (card.ReadHead(target) != SlotHead.Parse(head))
        {
            throw new UpdateException("the card did not keep the slot's head: it is worn out. What runs now still starts.");
        }
    }

    // of what the card holds now, with the head that it will get
    private byte[] HashOf(byte[] head, long length, Slot target)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        byte[] piece = new byte[Piece];
        for (long at = SlotHead.Room; at < length; at += Piece)
        {
            Span<byte> part = piece.AsSpan(0, (int)Math.Min(Piece, length - at));
            card.Read(target, at, part);
            hash.AppendData(part);
        }
        return hash.GetHashAndReset();
    }
}
