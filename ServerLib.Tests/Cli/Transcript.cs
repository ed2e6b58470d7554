using System.Text;

namespace ServerLib.Tests.Cli;

/// <summary>Keeps what is written, and says when something has been.</summary>
internal sealed class Transcript : TextWriter
{
    private readonly StringBuilder _text = new();
    private readonly List<(string Text, int After, TaskCompletionSource Seen)> _waiting = [];

    public override Encoding Encoding => Encoding.UTF8;

    public string[] Lines => ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        lock (_text)
        {
            _text.Append(value?.Replace("\r", "", StringComparison.Ordinal));
            foreach ((string text, int after, TaskCompletionSource seen) in _waiting)
            {
                if (Has(text, after))
                    seen.TrySetResult();
            }
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    /// <summary>The number of characters that have been written.</summary>
    public int Length
    {
        get
        {
            lock (_text)
                return _text.Length;
        }
    }

    /// <summary>Waits until <paramref name="text"/> has been written.</summary>
    /// <param name="text">The text.</param>
    /// <param name="after">A former <see cref="Length"/>, of which only what follows counts.</param>
    public Task SeeAsync(string text, int after = 0)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_text)
        {
            if (Has(text, after))
                return Task.CompletedTask;
            _waiting.Add((text, after, seen));
        }

        return seen.Task.WaitAsync(Guard.NewToken());
    }

    public override string ToString()
    {
        lock (_text)
            return _text.ToString();
    }

    private bool Has(string text, int after) => _text.ToString(after, _text.Length - after).Contains(text, StringComparison.Ordinal);
}
