namespace EdgePbx.Core;

/// <summary>The kinds of things that a call takes and gives back.</summary>
public enum ResourceKind : byte { Leg, DialogEntry, SessionTimer, RingTimer, RelayPath, OutgoingInvite, IncomingInvite, InDialogRequest, Recording }

/// <summary>Whether a release is over, or another thread confirms it later.</summary>
public enum Release : byte { Done, Pending }

/// <summary>
/// Something with exactly one owner. To make one is to register it: the only constructor hands it to a scope, so there
/// is no line of code that could be forgotten, and none that could name the wrong owner later.
/// </summary>
public abstract class Owned
{
    /// <summary>Throws when the scope is closing: a call that ends takes nothing more. Nothing is held at that moment.</summary>
    private protected Owned(ResourceScope scope, ResourceKind kind)
    {
        Kind = kind;
        scope.Register(this);
    }

    public ResourceKind Kind { get; }

    /// <summary>What the receipt calls it; null: the receipt counts its deadlines instead.</summary>
    internal ReceiptKind? Counted => Kind switch
    {
        ResourceKind.Leg => ReceiptKind.Leg,
        ResourceKind.DialogEntry => ReceiptKind.Dialog,
        ResourceKind.RelayPath => ReceiptKind.MediaPath,
        ResourceKind.Recording => ReceiptKind.Recording,
        ResourceKind.OutgoingInvite or ResourceKind.IncomingInvite or ResourceKind.InDialogRequest => ReceiptKind.Request,
        _ => null,
    };

    /// <summary>Gives the resource back. Called once, by its scope.</summary>
    internal abstract Release Release(Instant now);
}
