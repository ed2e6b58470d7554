using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace ServerLib.Benchmarks.Micro;

/// <summary>
/// Runs in this process: BenchmarkDotNet's own toolchain would build a project under the repository's settings.
/// </summary>
public sealed class MicroConfig : ManualConfig
{
    /// <summary>Creates the configuration.</summary>
    public MicroConfig()
    {
        AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
        ArtifactsPath = Path.Combine("artifacts", "benchmarks");
    }

    /// <summary>Turns a single word into a filter.</summary>
    internal static string[] Arguments(string[] given) =>
        given is [var only] && !only.StartsWith('-') ? ["--filter", $"*{only}*"] : given;
}
