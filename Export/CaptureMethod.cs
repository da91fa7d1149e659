namespace OnnxInit.Export;

/// <summary>How an export finds the operations of a model.</summary>
public enum CaptureMethod
{
    /// <summary>The code of forward is run with its calls recorded, whatever C# it is. Needs run-time code generation, as every .NET with a JIT has it.</summary>
    Code,

    /// <summary>The modules of a Sequential are called one after the other, nested or not. Works where code cannot be generated (NativeAOT), and for nothing but Sequential models.</summary>
    ModuleWalk,
}
