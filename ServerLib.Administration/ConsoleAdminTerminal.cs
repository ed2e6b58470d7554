using System.Text;

namespace ServerLib.Administration;

/// <summary>The process's own console, for a command line.</summary>
internal sealed class ConsoleAdminTerminal : IAdminTerminal
{
    public ValueTask<string?> AskSecretAsync(string question, CancellationToken cancellationToken)
    {
        if (Console.IsInputRedirected)
            return new((string?)null);

        // Setting it stops the echo, even if the value is the same. A fast user or a script types before the first key is read.
        Console.TreatControlCAsInput = false;
        Console.Error.Write(question);
        var secret = new StringBuilder();
        while (true)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
                break;
            if (key.Key == ConsoleKey.Backspace)
                secret.Length = Math.Max(0, secret.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                secret.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return new(secret.Length > 0 ? secret.ToString() : null);
    }

    public ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) => new(Console.In.ReadLine());

    public string FullPath(string path) => Path.GetFullPath(path);
}
