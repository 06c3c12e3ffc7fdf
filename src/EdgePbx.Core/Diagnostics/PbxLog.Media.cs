using Microsoft.Extensions.Logging;

namespace EdgePbx.Core;

/// <summary>Every event that is ever logged; the media relay's are numbered 3xxx.</summary>
internal static partial class PbxLog
{
    [LoggerMessage(3001, LogLevel.Debug, "relay thread started, {Capacity} paths, {Pairs} pairs of ports; packets by {Io}, {Scheduling} scheduling", EventName = "relay_thread_started")]
    internal static partial void RelayThreadStarted(this ILogger log, int capacity, int pairs, string io, string scheduling);

    [LoggerMessage(3002, LogLevel.Debug, "relay thread stopped, {Forwarded} packets forwarded, {Dropped} dropped", EventName = "relay_thread_stopped")]
    internal static partial void RelayThreadStopped(this ILogger log, long forwarded, long dropped);

    [LoggerMessage(3010, LogLevel.Warning, "port {Port} of {Address} is taken by another program, its pair is skipped", EventName = "relay_port_taken")]
    internal static partial void RelayPortTaken(this ILogger log, int port, NetAddress address);

    [LoggerMessage(3011, LogLevel.Error, "no media socket on {Address}: system error {Error}", EventName = "relay_socket_failed")]
    internal static partial void RelaySocketFailed(this ILogger log, NetAddress address, int error);

    [LoggerMessage(3012, LogLevel.Warning, "no pair of media ports is free, {PairsInUse} are in use", EventName = "relay_ports_exhausted")]
    internal static partial void RelayPortsExhausted(this ILogger log, int pairsInUse);
}
