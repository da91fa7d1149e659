using OnnxInit.Contracts;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Cli.Commands;

/// <summary>The model that a path means.</summary>
internal static class ModelFile
{
    /// <summary>A model file as it is; of a run's folder the model that was exported from it.</summary>
    /// <param name="path">A model file, or a run's folder.</param>
    /// <exception cref="InvalidInputException">It is a folder that holds no run, or no model.</exception>
    public static string Of(string path)
    {
        if (!Directory.Exists(path))
        {
            return path; // whether it is there and a model, ONNX Runtime says
        }

        RunFolder run = new(path);
        _ = run.Load();
        return File.Exists(run.Model) ? run.Model : throw new InvalidInputException($"The run '{path}' has no model.onnx. Export it first: onnxinit export {path}");
    }
}
