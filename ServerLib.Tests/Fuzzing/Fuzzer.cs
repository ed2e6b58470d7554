using System.Globalization;
using CsCheck;

namespace ServerLib.Tests.Fuzzing;

/// <summary>
/// Gives a target its kept inputs, each as it is, then inputs made of them by a few edits. A property that doesn't hold is told with
/// the input, as a text to be kept as a seed, and with CsCheck's own seed, by which the run can be repeated.
/// </summary>
/// <remarks>
/// The number of inputs is each test's own, so that all of them together take seconds. With <c>FUZZ_SECONDS</c> in the environment
/// each test goes on for so long instead.
/// </remarks>
internal static class Fuzzer
{
    private const int MaxEdits = 5;
    private const int MaxSize = 256 * 1024;
    /// <summary>How long each test goes on; -1 for its own number of inputs.</summary>
    public static int Seconds { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SECONDS"), CultureInfo.InvariantCulture, out int seconds) ? seconds : -1;

    private static readonly Gen<int[]> Cuts = Gen.OneOf(
        Gen.Const<int[]>([int.MaxValue]), Gen.Int[1, 3].Array[1], Gen.Int[1, 90].Array[1, 5], Gen.Int[1, 5_000].Array[1, 5]);

    /// <summary>Runs a property that holds for every input.</summary>
    public static void Run(Corpus corpus, Shape shape, int iterations, Action<FuzzInput> property)
    {
        foreach ((string name, byte[] bytes) in corpus.Seeds)
            Seeded(corpus, name, bytes, property);
        Inputs(corpus, shape).Sample(property, iter: Iterations(iterations), time: Seconds, print: Print);
    }

    /// <inheritdoc cref="Run"/>
    public static async Task RunAsync(Corpus corpus, Shape shape, int iterations, Func<FuzzInput, Task> property)
    {
        foreach ((string name, byte[] bytes) in corpus.Seeds)
        {
            try
            {
                await property(new FuzzInput(corpus.Name, name, bytes, [int.MaxValue]));
            }
            catch (Exception e)
            {
                throw Failed(corpus, name, e);
            }
        }

        await Inputs(corpus, shape).SampleAsync(property, iter: Iterations(iterations), time: Seconds, print: Print);
    }

    /// <summary>The number of inputs, unless the time says how many.</summary>
    public static int Iterations(int ordinary) => Seconds < 0 ? ordinary : -1;

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

    private static void Seeded(Corpus corpus, string name, byte[] bytes, Action<FuzzInput> property)
    {
        try
        {
            foreach (int cut in (int[])[int.MaxValue, 1, 7])
                property(new FuzzInput(corpus.Name, name, bytes, [cut]));
        }
        catch (Exception e)
        {
            throw Failed(corpus, name, e);
        }
    }

    private static AssertFailedException Failed(Corpus corpus, string name, Exception e) =>
        new($"The seed {corpus.Name}/{name} as it is: {e.Message}", e);

    private static string Print(FuzzInput input) =>
        $"""

        # Made of {input.Corpus}/{input.Seed}, read in pieces of {string.Join(", ", input.Cuts)}. Keep what follows as ServerLib.Tests/Fuzzing/Seeds/{input.Corpus}/NAME.hex:
        {Corpus.Format(input.Bytes)}
        """;
}

/// <summary>What a target is given.</summary>
/// <param name="Corpus">The corpus' name.</param>
/// <param name="Seed">The seed that it was made of.</param>
/// <param name="Bytes">The input.</param>
/// <param name="Cuts">The sizes of the pieces in which it comes, over and over.</param>
internal sealed record FuzzInput(string Corpus, string Seed, byte[] Bytes, int[] Cuts)
{
    /// <summary>The input in pieces.</summary>
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
