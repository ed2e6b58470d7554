using ServerLib.Benchmarks.Servers;

namespace ServerLib.Benchmarks.Load;

/// <summary>A measurement for every candidate that supports it.</summary>
internal abstract class LoadCase(string name, string description, Mode mode)
{
    public string Name => name;

    public string Description => description;

    public Mode Mode => mode;

    /// <summary>The rows of the table that it fills.</summary>
    public virtual IReadOnlyList<Row> Rows => [new Row(Name, Description, Unit, LowerIsBetter)];

    public virtual string Unit => "/s";

    public virtual bool LowerIsBetter => false;

    /// <summary>Whether it also runs with TLS.</summary>
    public virtual bool RunsWithTls(bool quick) => !quick;

    /// <summary>Whether each measurement needs a fresh server.</summary>
    public virtual bool WantsFreshServer => false;

    public virtual bool FullHash => false;

    /// <summary>The baseline: the name of a candidate, or of an operation that the server does in process.</summary>
    public virtual string Baseline => Candidate.BareName;

    /// <summary>Whether the baseline is such an operation.</summary>
    public bool IsBaselineOperation => Candidate.All.All(candidate => candidate.Name != Baseline);

    /// <summary>The server process of a <see cref="Baseline"/> that is no candidate.</summary>
    public virtual Candidate BaselineServer => Candidate.All[0];

    public virtual bool WantsCeiling => false;

    /// <summary>Whether it compares applications with the client library that belongs to each server. They have a table of their own.</summary>
    public virtual bool IsApplication => false;

    public virtual int Rounds(LoadOptions options) => options.Rounds;

    /// <summary>Whether a candidate supports it.</summary>
    public virtual bool Suits(Candidate candidate) => candidate.Modes.Contains(Mode) && candidate.Name != "bare-zero";

    /// <summary>Prepares a variant before the first round.</summary>
    public virtual Task PrepareAsync(Contestant contestant) => Task.CompletedTask;

    /// <summary>Measures once.</summary>
    public abstract Task<IReadOnlyList<Measurement>> MeasureAsync(Contestant contestant, bool isFirst);

    /// <summary>A row of the table.</summary>
    /// <param name="Name">The name in the JSON report.</param>
    /// <param name="Description">What it is.</param>
    /// <param name="Unit">The unit of the absolute figure.</param>
    /// <param name="LowerIsBetter">Whether less is better.</param>
    internal sealed record Row(string Name, string Description, string Unit, bool LowerIsBetter);
}
