namespace EdgePbx.Core;

/// <summary>What must survive a power cut of one extension: all its bindings. It takes the place of whatever was kept of it before.</summary>
/// <param name="Number">Later ones have higher numbers.</param>
/// <param name="Bindings">In the order of <see cref="LocationService.Find"/>; none: it has none any more.</param>
public sealed record KeptBindings(long Number, string Extension, IReadOnlyList<Binding> Bindings);
