using ServerLib.Cli;

return await HostProgram.RunAsync(args, Surroundings.OfThisProcess(), CancellationToken.None);
