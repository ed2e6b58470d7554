using ServerLib.Benchmarks.Servers;

namespace ServerLib.Benchmarks.Load;

/// <summary>Something that is measured, for every candidate that can do it.</summary>
internal abstract class LoadCase(string name, string description, Mode mode)
{
    public string Name => name;

    public string Description => description;

    public Mode Mode => mode;

    /// <summary>The rows of the table that it fills.</summary>
    public virtual IReadOnlyList<Row> Rows => [new Row(Name, Description, Unit, LowerIsBetter)];

    public virtual string Unit => "/s";

    public virtual bool LowerIsBetter => false;

    /// <summary>Whether it is run with TLS, too.</summary>
    public virtual bool RunsWithTls(bool quick) => !quick;

    /// <summary>Whether each measurement wants a server that has done nothing yet.</summary>
    public virtual bool WantsFreshServer => false;

    public virtual bool FullHash => false;

    /// <summary>What the others are divided by: a candidate's name, or what the server does in process.</summary>
    public virtual string Baseline => Candidate.BareName;

    /// <summary>What serves where <see cref="Baseline"/> is no candidate.</summary>
    public virtual Candidate BaselineServer => Candidate.All[0];

    public virtual bool WantsCeiling => false;

    public virtual int Rounds(LoadOptions options) => options.Rounds;

    /// <summary>Whether a candidate can do it.</summary>
    public virtual bool Suits(Candidate candidate) => candidate.Modes.Contains(Mode) && candidate.Name != "bare-zero";

    /// <summary>What is to be done once for a variant, before the first round.</summary>
    public virtual Task PrepareAsync(Contestant contestant) => Task.CompletedTask;

    /// <summary>Measures once.</summary>
    public abstract Task<IReadOnlyList<Measurement>> MeasureAsync(Contestant contestant, bool isFirst);

    /// <summary>A row of the table.</summary>
    /// <param name="Name">As the JSON has it.</param>
    /// <param name="Description">What it is.</param>
    /// <param name="Unit">Of the absolute figure.</param>
    /// <param name="LowerIsBetter">Whether less is more.</param>
    internal sealed record Row(string Name, string Description, string Unit, bool LowerIsBetter);
}
