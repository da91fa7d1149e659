using OnnxInit.Cli;
using OnnxInit.Training;

WaitingThreads.SpinBriefly();
return await CommandLine.RunAsync(args, Console.Out, Console.Error);
