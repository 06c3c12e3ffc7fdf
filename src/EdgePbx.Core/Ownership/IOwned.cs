namespace EdgePbx.Core;

/// <summary>The kinds of things that a call takes and gives back.</summary>
public enum ResourceKind : byte { Leg, DialogEntry, SessionTimer, RingTimer, RelayPath, OutgoingInvite, IncomingInvite, InDialogRequest }

/// <summary>Whether a release is over, or another thread confirms it later.</summary>
public enum Release : byte { Done, Pending }

/// <summary>Something with exactly one owner, a <see cref="ResourceScope"/>.</summary>
public interface IOwned
{
    ResourceKind Kind { get; }

    /// <summary>Gives the resource back. Called once, by its scope.</summary>
    Release Release(Instant now);
}
