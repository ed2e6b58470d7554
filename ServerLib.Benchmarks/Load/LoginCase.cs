using System.Globalization;
using ServerLib.Benchmarks.Processes;
using ServerLib.Benchmarks.Servers;

namespace ServerLib.Benchmarks.Load;

/// <summary>Logins per second, relative to the raw rate of the hashing threads.</summary>
internal sealed class LoginCase() : LoadCase("logins", "logins with default password hashes, relative to the raw Argon2id rate", Mode.Echo)
{
    private const int Concurrent = 16;

    /// <summary>Enough users that none exceeds the login rate limit.</summary>
    private const int Users = 512;

    public override bool RunsWithTls(bool quick) => false;

    public override bool FullHash => true;

    public override string Baseline => "argon2id";

    public override bool Suits(Candidate candidate) => candidate == Candidate.PostgreSql || (candidate.IsServerLib && base.Suits(candidate));

    public override async Task PrepareAsync(Contestant contestant)
    {
        // The first login of a name registers it.
        await contestant.OpenAsync(new GeneratorCommand("open") { Connections = Users });
        await contestant.CloseAsync();
    }

    public override async Task<IReadOnlyList<Measurement>> MeasureAsync(Contestant contestant, bool isFirst)
    {
        double seconds = Math.Max(1, contestant.Options.Seconds);
        if (contestant.Variant.Candidate.Name == Baseline)
        {
            string question = string.Create(CultureInfo.InvariantCulture, $"hash-rate {seconds}");
            return [new Measurement(Name, (await contestant.AskServerAsync(question)).Measured)];
        }

        GeneratorReply reply = await contestant.GenerateAsync(new GeneratorCommand("login")
        {
            Connections = Concurrent,
            Users = Users,
            WarmUp = isFirst ? contestant.Options.FirstWarmUp : contestant.Options.WarmUp,
            Seconds = seconds,
        });
        return [new Measurement(Name, reply.Rate, reply.P99Us)];
    }
}
