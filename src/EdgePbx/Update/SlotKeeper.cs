namespace EdgePbx;

/// <summary>What becomes of the slot that runs, and what a technician is told of both.</summary>
internal sealed class SlotKeeper(Card card, Slot? running)
{
    /// <summary>The running slot has shown that it works: from now on it is the one that starts.</summary>
    /// <returns>Whether that is news; the card is written only then.</returns>
    public bool TryConfirm()
    {
        if (running is not { } slot || card.ReadState().Confirmed == slot)
        {
            return false;
        }
        card.WriteState(new SlotState(0, slot));
        return true;
    }

    public IEnumerable<string> Describe()
    {
        SlotState state = card.ReadState();
        foreach (Slot slot in Enum.GetValues<Slot>())
        {
            string[] words =
            [
                .. slot == running ? ["runs"] : Array.Empty<string>(),
                .. slot == state.Confirmed ? ["confirmed"] : Array.Empty<string>(),
                .. slot != state.Trial ? [] : new[] { state.Tries > 0 ? "tried at the next start" : slot == running ? "on trial" : "has failed its trial" },
            ];
            yield return $"slot {slot}  {card.ReadHead(slot)?.ToString() ?? "empty"}{(words.Length == 0 ? "" : $"  ({string.Join(", ", words)})")}";
        }
    }
}
