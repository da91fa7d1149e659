using Google.Protobuf;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Inference;

namespace OnnxInit.Tests.Inference;

/// <summary>A folder for one test, with one model file in it.</summary>
public sealed class ModelFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onnxinit-inference-").FullName;

    public string ModelPath => Path.Combine(_folder, "model.onnx");

    public string this[string name] => Path.Combine(_folder, name);

    public OnnxModel Open(ModelProto model, OnnxModelOptions? options = null)
    {
        File.WriteAllBytes(ModelPath, model.ToByteArray());
        return OnnxModel.Open(ModelPath, options);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
