using OnnxInit.Cli;

return await ValidatorProgram.CommandLine.RunAsync(args, Console.Out, Console.Error);
