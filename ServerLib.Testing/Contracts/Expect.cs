using System.Text.Json;

namespace ServerLib.Testing.Contracts;

/// <summary>Throws a <see cref="ContractException"/> that says what was expected, and what happened.</summary>
internal static class Expect
{
    public static void That(bool isTrue, string problem)
    {
        if (!isTrue)
            throw new ContractException(problem);
    }

    public static void Equal<T>(T expected, T actual, string what) =>
        That(EqualityComparer<T>.Default.Equals(expected, actual), $"{what} must be {Show(expected)}, but is {Show(actual)}.");

    public static void Sequence<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what)
    {
        T[] all = [.. actual];
        That(expected.SequenceEqual(all), $"{what} must be {Show(expected)}, but is {Show(all)}.");
    }

    public static T NotNull<T>(T? value, string what)
        where T : class =>
        value ?? throw new ContractException($"{what} must not be null.");

    /// <summary>A call that must throw.</summary>
    public static async Task ThrowsAsync<TException>(Func<Task> call, string what)
        where TException : Exception
    {
        try
        {
            await call();
        }
        catch (TException)
        {
            return;
        }
        catch (Exception e)
        {
            throw new ContractException($"{what} must throw {typeof(TException).Name}, but threw {e.GetType().Name}: {e.Message}", e);
        }

        throw new ContractException($"{what} must throw {typeof(TException).Name}, but returned.");
    }

    /// <summary>A call that must throw because its token is canceled.</summary>
    public static Task CanceledAsync(Func<CancellationToken, Task> call, string what) =>
        ThrowsAsync<OperationCanceledException>(() => call(new CancellationToken(canceled: true)), $"{what} with a canceled token");

    /// <summary>A value, short and without control characters.</summary>
    public static string Show<T>(T value) => value switch
    {
        null => "null",
        string text => ShowText(text),
        bool isTrue => isTrue ? "true" : "false",
        DateTimeOffset time => $"{time:O}",
        System.Collections.IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Show))}]",
        _ => value.ToString() ?? "",
    };

    private static string ShowText(string text) =>
        JsonSerializer.Serialize(text.Length <= 60 ? text : $"{text[..50]}... ({text.Length} characters)");
}
