using ServerLib.Benchmarks.Servers;

namespace ServerLib.Benchmarks.Load;

/// <summary>An application of calls and messages to a group, on each server with the client library that belongs to it.</summary>
internal abstract class AppCase(string name, string description) : LoadCase(name, description, Mode.App)
{
    public override string Baseline => Candidate.ServerLib.Name;

    public override bool IsApplication => true;

    public override bool RunsWithTls(bool quick) => false;
}
