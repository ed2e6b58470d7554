using ServerLib.Host;

return await HostProgram.RunAsync(args, Surroundings.OfThisProcess(), CancellationToken.None);
