using OnnxInit.Cli;
using OnnxInit.Training;

WaitingThreads.SpinBriefly();
return await OnnxInitProgram.CommandLine.RunAsync(args, Console.Out, Console.Error);
