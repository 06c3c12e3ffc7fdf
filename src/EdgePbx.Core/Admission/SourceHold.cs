namespace EdgePbx.Core;

/// <summary>One reason for which a source is known: a binding, or a dialog. Its owner moves it when the peer moves, and gives it back once.</summary>
internal sealed class SourceHold
{
    private readonly SourceTable _table;
    private NetAddress _source; // none: nothing is held
    private uint _connection;
    private bool _isOver;

    public SourceHold(SourceTable table, in SipFlow flow)
    {
        _table = table;
        Take(flow);
    }

    /// <summary>The peer's messages come from elsewhere now.</summary>
    public void Move(in SipFlow flow)
    {
        if (!_isOver)
        {
            (NetAddress source, uint connection) = (_source, _connection);
            Take(flow);
            GiveBack(source, connection);
        }
    }

    /// <summary>The reason is gone.</summary>
    public void Release()
    {
        if (_isOver)
        {
            throw new InvalidOperationException("source hold released twice");
        }
        _isOver = true;
        GiveBack(_source, _connection);
    }

    private void Take(in SipFlow flow)
    {
        _source = _table.TryAdd(flow.Remote.Address) ? flow.Remote.Address : default;
        _connection = flow.Transport == SipTransport.Tcp ? flow.Connection : 0;
        if (_connection > 0)
        {
            _table.AddConnection(_connection);
        }
    }

    private void GiveBack(NetAddress source, uint connection)
    {
        if (!source.IsNone)
        {
            _table.Remove(source);
        }
        if (connection > 0)
        {
            _table.RemoveConnection(connection);
        }
    }
}
