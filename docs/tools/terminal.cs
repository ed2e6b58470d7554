#!/usr/bin/env dotnet
#:property TargetFramework=net10.0
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:include terminal/Cell.cs
#:include terminal/Picture.cs
#:include terminal/Screen.cs
#:include terminal/Terminal.cs

// Draws docs/images/users.svg, connect.svg and watch.svg: runs the program in a pseudo-terminal, types into it, and renders the screen.
// Run it from the root of the repository, on Linux with the program 'script': dotnet run docs/tools/terminal.cs

using System.Diagnostics;
using System.Text.RegularExpressions;

const int Seconds = 75;
const string Password = "correct horse battery";
using var build = Process.Start("dotnet", ["build", "ServerLib.Host", "-v", "quiet", "--nologo"]);
build.WaitForExit();
if (build.ExitCode != 0)
    return build.ExitCode;

using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4));
string folder = Directory.CreateTempSubdirectory("serverlib-picture-").FullName;
var started = new List<Terminal>();
try
{
    Terminal server = Start("--port", "0", "--data", folder);
    string address = await server.WaitAsync(@"Listening on (\S+)");
    await server.WaitAsync("shutdown");

    foreach (string name in (string[])["ada", "bob"])
    {
        Terminal chat = Start("connect", address, "--user", name);
        chat.Screen.Write($"$ serverlib connect --user {name}\r\n");
        await chat.WaitAsync("assword");
        await chat.TypeAsync($"{Password}\r");
        await chat.WaitAsync("joined");
        await server.WaitAsync("clients connected: [0-9]+\\s");
    }

    await started[2].TypeAsync("Good morning!\r");
    await started[1].WaitAsync("bob: Good morning!");
    await started[1].TypeAsync("Hello bob\r");
    await started[2].WaitAsync("ada: Hello bob");
    await started[1].WaitAsync("Hello bob");
    server.Clear();
    await server.TypeAsync("users\r");
    await server.WaitAsync(@"bob.*\n");

    Save("users", server);
    Save("connect", started[1]);

    string wrong = Path.Combine(folder, "wrong");
    File.WriteAllText(wrong, "wrong password");
    Terminal watch = Start("watch", "--data", folder);
    int sent = 0;
    for (int second = 0; second < Seconds; second++)
    {
        // More and fewer messages, so that the plots have a form.
        for (int i = 0; i < (int)(4 + (3 * Math.Sin(second / 8.0))); i++)
        {
            await started[1 + (sent % 3 / 2)].TypeAsync($"Message {++sent}\r");
            await started[1].WaitAsync($"Message {sent}\r");
            await started[2].WaitAsync($"Message {sent}\r");
        }

        if (second % 20 == 10)
            Start("connect", address, "--user", "ada", "--password-file", wrong);
        await watch.WaitAsync("q quits");
    }

    Save("watch", watch);
    return 0;
}
finally
{
    started.ForEach(terminal => terminal.Dispose());
    Directory.Delete(folder, recursive: true);
}

Terminal Start(params string[] arguments)
{
    started.Add(new Terminal(arguments, limit.Token));
    return started[^1];
}

void Save(string name, Terminal terminal)
{
    string path = Path.Combine("docs", "images", $"{name}.svg");
    File.WriteAllText(path, Fixed(Picture.Draw(terminal.Screen)));
    Console.WriteLine($"Wrote {path}");
}

// What differs from run to run is replaced by a text of the same length.
static string Fixed(string picture)
{
    picture = Regex.Replace(picture, @"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "2026-11-30 18:30:00");
    picture = Regex.Replace(picture, @"(?<=>)\d\d:\d\d(?= )", "18:30");
    picture = Regex.Replace(picture, @"(?<=ServerLib  )\d\d:\d\d:\d\d", "18:30:00");
    string[] ports = [.. Regex.Matches(picture, @"(?<=127\.0\.0\.1:)\d{5}").Select(match => match.Value).Distinct()];
    for (int i = 0; i < ports.Length; i++)
        picture = picture.Replace($":{ports[i]}", $":{50_412 + (2 * i)}", StringComparison.Ordinal);
    return picture;
}

