using System.Globalization;
using CsCheck;

namespace ServerLib.Tests.Fuzzing;

/// <summary>
/// Runs a target with its stored inputs and with mutations of them. A failing property is reported with its input, as text that can be
/// stored as a seed.
/// </summary>
/// <remarks>
/// Each test has a fixed number of inputs, and they are the same in every run, so results are reproducible. With <c>FUZZ_SECONDS</c> in
/// the environment each test generates new inputs for that time instead.
/// </remarks>
internal static class Fuzzer
{
    private const int MaxEdits = 5;
    private const int MaxSize = 256 * 1024;
    private const string SeedVariable = "CsCheck_Seed";

    /// <summary>The run time of each test; -1 for its fixed number of inputs.</summary>
    private static readonly int Seconds =
        int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SECONDS"), CultureInfo.InvariantCulture, out int seconds) ? seconds : -1;

    private static readonly bool IsExploring = Seconds >= 0 || Environment.GetEnvironmentVariable(SeedVariable) is not null;

    private static readonly Gen<int[]> Cuts = Gen.OneOf(
        Gen.Const<int[]>([int.MaxValue]), Gen.Int[1, 3].Array[1], Gen.Int[1, 90].Array[1, 5], Gen.Int[1, 5_000].Array[1, 5]);

    /// <summary>Runs a property that must hold for every input.</summary>
    public static void Run(Corpus corpus, Shape shape, int iterations, Action<FuzzInput> property)
    {
        foreach (FuzzInput input in Kept(corpus, int.MaxValue, 1, 7))
            Try(input);
        Gen<FuzzInput> inputs = Inputs(corpus, shape);
        if (IsExploring)
            inputs.Sample(property, iter: Iterations(iterations), time: Seconds, print: Print);
        else
            foreach (FuzzInput input in Fixed(inputs, iterations))
                Try(input);

        void Try(FuzzInput input)
        {
            try
            {
                property(input);
            }
            catch (Exception e)
            {
                throw Failed(Print(input), e);
            }
        }
    }

    /// <inheritdoc cref="Run"/>
    public static async Task RunAsync(Corpus corpus, Shape shape, int iterations, Func<FuzzInput, Task> property)
    {
        foreach (FuzzInput input in Kept(corpus, int.MaxValue))
            await TryAsync(input, property, Print);
        await RunAsync(Inputs(corpus, shape), iterations, property, Print);
    }

    /// <summary>Runs a property with inputs that the test generates itself.</summary>
    public static async Task RunAsync<T>(Gen<T> inputs, int iterations, Func<T, Task> property, Func<T, string> print)
    {
        if (IsExploring)
            await inputs.SampleAsync(property, iter: Iterations(iterations), time: Seconds, print: print);
        else
            foreach (T input in Fixed(inputs, iterations))
                await TryAsync(input, property, print);
    }

    private static async Task TryAsync<T>(T input, Func<T, Task> property, Func<T, string> print)
    {
        try
        {
            await property(input);
        }
        catch (Exception e)
        {
            throw Failed(print(input), e);
        }
    }

    private static int Iterations(int ordinary) => Seconds < 0 ? ordinary : -1;

    /// <summary>Each seed without changes, split into pieces of each of these sizes.</summary>
    private static IEnumerable<FuzzInput> Kept(Corpus corpus, params int[] cuts) =>
        from seed in corpus.Seeds from cut in cuts select new FuzzInput(corpus.Name, seed.Name, seed.Bytes, [cut]);

    private static IEnumerable<T> Fixed<T>(Gen<T> inputs, int count)
    {
        var random = new PCG(1, 1);
        for (int i = 0; i < count; i++)
            yield return inputs.Generate(random, null, out _);
    }

    private static Gen<FuzzInput> Inputs(Corpus corpus, Shape shape) => Gen.Select(
        Gen.Int[0, corpus.Seeds.Count - 1],
        Edit.Any.Array[0, MaxEdits],
        Cuts,
        (index, edits, cuts) =>
        {
            (string name, byte[] bytes) = corpus.Seeds[index];
            foreach (Edit edit in edits)
                bytes = edit.Apply(bytes, corpus, shape) is { Length: <= MaxSize } edited ? edited : bytes;
            return new FuzzInput(corpus.Name, name, bytes, cuts);
        });

    private static AssertFailedException Failed(string input, Exception e) => new($"{input}: {e.Message}", e);

    private static string Print(FuzzInput input) =>
        $"""

        # Made of {input.Corpus}/{input.Seed}, read in pieces of {string.Join(", ", input.Cuts)}. Keep what follows as ServerLib.Tests/Fuzzing/Seeds/{input.Corpus}/NAME.hex:
        {Corpus.Format(input.Bytes)}
        """;
}

/// <summary>One input of a target.</summary>
/// <param name="Corpus">The name of the corpus.</param>
/// <param name="Seed">The seed that was mutated.</param>
/// <param name="Bytes">The input.</param>
/// <param name="Cuts">The sizes of the pieces, repeated.</param>
internal sealed record FuzzInput(string Corpus, string Seed, byte[] Bytes, int[] Cuts)
{
    /// <summary>The input, split into pieces.</summary>
    public ReadOnlyMemory<byte>[] Pieces()
    {
        var pieces = new List<ReadOnlyMemory<byte>>();
        for (int start = 0, i = 0; start < Bytes.Length; i++)
        {
            int size = Math.Min(Cuts[i % Cuts.Length], Bytes.Length - start);
            pieces.Add(Bytes.AsMemory(start, size));
            start += size;
        }

        return [.. pieces];
    }
}
