using System.Text.RegularExpressions;

namespace OnnxInit.Inference;

/// <summary>Makes ONNX Runtime's messages fit into a sentence.</summary>
internal static partial class OnnxRuntimeMessage
{
    /// <summary>Without the error code, the file's name, the place in ONNX Runtime's sources, line breaks and the last full stop.</summary>
    internal static string Shorten(string message) =>
        WhiteSpace().Replace(SourcePlace().Replace(Preamble().Replace(message, ""), ""), " ").Trim().TrimEnd('.');

    // "[ErrorCode:Fail] Load model from model.onnx failed:"
    [GeneratedRegex(@"^\[ErrorCode:\w+\]\s*(Load model from .+? failed:)?")]
    private static partial Regex Preamble();

    // "/onnxruntime_src/onnxruntime/core/graph/model.cc:181 onnxruntime::Model::Model(ModelProto&&, const PathString&) ",
    // with a return type or without; from Windows without the parameters.
    [GeneratedRegex(@"(\b[A-Za-z]:)?[\w./\\-]+\.(cc|h|cpp):\d+ (([\w:<>*&]+ )?[\w:~]+\(.*?\)( const)?|[\w~]+(::[\w~]+)+)\s")]
    private static partial Regex SourcePlace();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
