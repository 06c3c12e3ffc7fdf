namespace EdgePbx.Core;

/// <summary>An address and a port, as a value. <c>default</c> is "none".</summary>
public readonly record struct NetEndpoint(NetAddress Address, ushort Port)
{
    public bool IsNone => Address.IsNone;

    public override string ToString() => IsNone ? "-" : $"{Address.ToHost()}:{Port}";
}
