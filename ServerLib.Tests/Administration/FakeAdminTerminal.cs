using ServerLib.Administration;

namespace ServerLib.Tests.Administration;

/// <summary>A program in which an admin types commands. It records the questions, and answers them one after the other.</summary>
/// <param name="answers">The answers; at their end, there is none.</param>
internal sealed class FakeAdminTerminal(params string[] answers) : IAdminTerminal
{
    private readonly Queue<string> _answers = new(answers);

    public List<string> Questions { get; } = [];

    public string Folder { get; init; } = Path.GetTempPath();

    public ValueTask<string?> AskSecretAsync(string question, CancellationToken cancellationToken)
    {
        Questions.Add(question);
        return new(_answers.TryDequeue(out string? answer) ? answer : null);
    }

    public ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) => new(_answers.TryDequeue(out string? answer) ? answer : null);

    public string FullPath(string path) => Path.GetFullPath(path, Folder);
}
