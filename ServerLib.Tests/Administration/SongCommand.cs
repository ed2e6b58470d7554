using System.CommandLine;
using ServerLib.Administration;

namespace ServerLib.Tests.Administration;

/// <summary>A command for tests: writes its words, and then does what the test says.</summary>
internal class SongCommand : AdminCommand
{
    private readonly Argument<string[]> _words = new("WORDS") { Arity = ArgumentArity.ZeroOrMore };
    private readonly Action<AdminRequest>? _sing;

    public SongCommand(
        string path, Action<AdminRequest>? sing = null, CommandPlace place = CommandPlace.Server, int minWords = 1, int maxWords = 100)
        : base(path, "Sings", place)
    {
        _sing = sing;
        _words.Arity = new ArgumentArity(minWords, maxWords);
        Arguments.Add(_words);
    }

    public int Exit { get; init; }

    public override Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        request.WriteLine($"la {string.Join(' ', request.Get(_words) ?? [])}".TrimEnd());
        _sing?.Invoke(request);
        return Task.FromResult(Exit);
    }
}
