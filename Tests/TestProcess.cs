using System.Runtime.CompilerServices;
using OnnxInit.Training;

namespace OnnxInit.Tests;

/// <summary>What the test process does before its first test.</summary>
internal static class TestProcess
{
    [ModuleInitializer]
    internal static void Start() => WaitingThreads.SpinBriefly();
}
