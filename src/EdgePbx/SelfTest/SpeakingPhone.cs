using EdgePbx.Core;

namespace EdgePbx;

/// <summary>A built-in phone with a mouth and an ear of its own.</summary>
internal sealed class SpeakingPhone : BuiltInPhone
{
    /// <param name="poll">Waits for its messages and its packets.</param>
    /// <param name="extension">Who it is.</param>
    /// <param name="server">Whom it asks.</param>
    /// <exception cref="ListenException">The system has no socket for it.</exception>
    public SpeakingPhone(PollSet poll, ExtensionSettings extension, NetEndpoint server)
        : this(poll, extension, server, new PhoneVoice(poll))
    {
    }

    private SpeakingPhone(PollSet poll, ExtensionSettings extension, NetEndpoint server, PhoneVoice voice)
        : base(poll, extension, server, voice.Local) => Voice = voice;

    public PhoneVoice Voice { get; }

    public override string SendProblem => base.SendProblem.Length > 0 ? base.SendProblem : Voice.SendProblem;

    public override void Dispose()
    {
        Voice.Dispose();
        base.Dispose();
    }
}
