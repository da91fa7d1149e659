using OnnxInit.Inference;

namespace OnnxInit.Tests.Inference;

public class OnnxRuntimeMessageTests
{
    [Theory]
    [InlineData("[ErrorCode:InvalidProtobuf] Load model from a.onnx failed:Protobuf parsing failed.", "Protobuf parsing failed")]
    [InlineData(
        "[ErrorCode:Fail] Load model from a b.onnx failed:/onnxruntime_src/onnxruntime/core/graph/model.cc:181 onnxruntime::Model::Model(onnx::ModelProto&&, const onnxruntime::PathString&) Unsupported model IR version: 99\n",
        "Unsupported model IR version: 99")]
    [InlineData(
        @"[ErrorCode:Fail] Load model from C:\a.onnx failed:D:\a\_work\1\s\onnxruntime\core\graph\model_load_utils.h:46 onnxruntime::model_load_utils::ValidateOpsetForDomain Opset 99 is under development.",
        "Opset 99 is under development")]
    [InlineData("[ErrorCode:Fail] graph.h:46 void onnxruntime::Validate(const std::vector<int>&, bool) const Opset 99\n  is under development.", "Opset 99 is under development")]
    [InlineData("[ErrorCode:InvalidArgument] Got invalid dimensions for input: images", "Got invalid dimensions for input: images")]
    public void Error_codes_file_names_and_places_in_foreign_sources_are_left_out(string message, string expected) =>
        OnnxRuntimeMessage.Shorten(message).Should().Be(expected);
}
