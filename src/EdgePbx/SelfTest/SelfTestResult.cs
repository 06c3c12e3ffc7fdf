namespace EdgePbx;

/// <summary>What one check has found.</summary>
/// <param name="Name">What was checked, in a few words.</param>
/// <param name="Passed">False: this machine, or EdgePbx on it, can't do that.</param>
/// <param name="Detail">What was seen; after a failure also what to look at. Plain words.</param>
internal sealed record SelfTestResult(string Name, bool Passed, string Detail);
