using ServerLib.Cli;

if (OpenFileLimit.FindProblem(OpenFileLimit.Current) is { } tooFewFiles)
{
    StandardStreams.Error.WriteLine(tooFewFiles);
    return 1;
}

// The chat is stopped in the background, like every program that waits for input. The server continues.
using IDisposable? background = args is ["connect", ..] ? null : JobControl.ContinueInBackground();

return await HostProgram.RunAsync(args, Surroundings.OfThisProcess(), CancellationToken.None);
