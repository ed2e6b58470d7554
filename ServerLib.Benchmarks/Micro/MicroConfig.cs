using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace ServerLib.Benchmarks.Micro;

/// <summary>
/// In this process, since BenchmarkDotNet's own would build a project under the repository's settings, which are not made for it.
/// </summary>
public sealed class MicroConfig : ManualConfig
{
    /// <summary>Sets it up.</summary>
    public MicroConfig()
    {
        AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
        ArtifactsPath = Path.Combine("artifacts", "benchmarks");
    }

    /// <summary>A lone word is a filter.</summary>
    internal static string[] Arguments(string[] given) =>
        given is [var only] && !only.StartsWith('-') ? ["--filter", $"*{only}*"] : given;
}
