using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;

namespace Discord.Benchmarks;

/// <summary>`gate`: runs every benchmark briefly and fails when one allocates more bytes than it may. Without arguments: BenchmarkDotNet's own choice.</summary>
internal static class Gate
{
    /// <summary>Bytes that one operation may allocate; what is not listed may allocate nothing.</summary>
    private static readonly Dictionary<string, long> s_allowed = [];

    private static int Main(string[] args)
    {
        if (args is not ["gate"])
        {
            BenchmarkSwitcher.FromAssembly(typeof(Gate).Assembly).Run(args);
            return 0;
        }

        var job = Job.ShortRun.WithToolchain(InProcessNoEmitToolchain.Instance);
        var config = ManualConfig.CreateEmpty().AddJob(job).AddColumnProvider(DefaultColumnProviders.Instance).AddLogger(NullLogger.Instance).WithOptions(ConfigOptions.DisableOptimizationsValidator);
        var (passed, failed) = (0, 0);
        foreach (var report in BenchmarkRunner.Run(typeof(Gate).Assembly, config).SelectMany(summary => summary.Reports))
        {
            var name = report.BenchmarkCase.Descriptor.WorkloadMethod.Name;
            var allocated = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase);
            var good = report.Success && allocated <= s_allowed.GetValueOrDefault(name);
            Console.WriteLine($"{(good ? "ok  " : "BAD ")} {name}: {allocated?.ToString() ?? "no"} bytes allocated, {report.ResultStatistics?.Mean:F0} ns");
            if (good)
                passed++;
            else
                failed++;
        }

        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 && passed > 0 ? 0 : 1;
    }
}
