using System.Diagnostics;
using System.Globalization;

namespace ServerLib.Benchmarks.Load;

/// <summary>The role <c>load</c>.</summary>
internal static class LoadProgram
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
        {
            await Console.Error.WriteLineAsync("The generator needs Linux.");
            return 1;
        }

        LoadOptions options;
        try
        {
            options = LoadOptions.Parse(arguments);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }

        string machine = Machine.Describe(options);
        await Console.Error.WriteLineAsync(machine);
        long start = Stopwatch.GetTimestamp();
        var coordinator = new Coordinator(options, Console.Error);
        await coordinator.RunAsync();
        string notes = string.Concat(coordinator.Results.Notes.Select(note => $"\nNote: {note}\n"));
        string table = Table.Write(coordinator.Results) + AppTable.Write(coordinator.Results) + notes;
        Console.WriteLine();
        Console.WriteLine(table);
        await Console.Error.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(start).TotalMinutes:0.0} minutes"));
        if (options.JsonFile is not null)
            await File.WriteAllTextAsync(options.JsonFile, JsonReport.Write(coordinator.Results));
        if (options.MarkdownFile is not null)
            await File.WriteAllTextAsync(options.MarkdownFile, $"{machine}\n\n{table}");
        return 0;
    }
}
