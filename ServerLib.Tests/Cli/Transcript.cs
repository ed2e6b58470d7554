using System.Text;

namespace ServerLib.Tests.Cli;

/// <summary>Keeps what is written, and says when something has been.</summary>
internal sealed class Transcript : TextWriter
{
    private readonly StringBuilder _text = new();
    private readonly List<(string Text, TaskCompletionSource Seen)> _waiting = [];

    public override Encoding Encoding => Encoding.UTF8;

    public string[] Lines => ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        lock (_text)
        {
            _text.Append(value?.Replace("\r", "", StringComparison.Ordinal));
            foreach ((string text, TaskCompletionSource seen) in _waiting)
            {
                if (_text.ToString().Contains(text, StringComparison.Ordinal))
                    seen.TrySetResult();
            }
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    /// <summary>Waits until <paramref name="text"/> has been written.</summary>
    public Task SeeAsync(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_text)
        {
            if (_text.ToString().Contains(text, StringComparison.Ordinal))
                return Task.CompletedTask;
            _waiting.Add((text, seen));
        }

        return seen.Task.WaitAsync(Guard.NewToken());
    }

    public override string ToString()
    {
        lock (_text)
            return _text.ToString();
    }
}
