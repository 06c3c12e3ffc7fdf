using BenchmarkDotNet.Running;

// dotnet run -c Release --project tests/EdgePbx.Benchmarks -- --filter '*Message*' --job short
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
