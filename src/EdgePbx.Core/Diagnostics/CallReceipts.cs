namespace EdgePbx.Core;

/// <summary>Receipts in words.</summary>
internal static class CallReceipts
{
    /// <summary>"2 ports, 1 media path": what was opened and not closed; empty when nothing is left.</summary>
    public static string Describe(ByKind<ReceiptCount> receipt) => receipt.IsAll(static one => one.Opened == one.Closed)
        ? ""
        : string.Join(", ", receipt.All()
            .Where(one => one.Value.Opened != one.Value.Closed)
            .Select(one => $"{one.Value.Opened - one.Value.Closed} {one.Kind}"));
}
