using System.Runtime.Versioning;
using EdgePbx;
using Xunit.Sdk;
using Xunit.v3;

// nearly all of it is waiting for phones, and each test has a PBX and ports of its own
[assembly: Parallelization(Mode = ParallelMode.All, MaxThreads = 12)]
[assembly: SupportedOSPlatform("linux")]
[assembly: EachTestEnds(Minutes = 60)]
