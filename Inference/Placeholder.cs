namespace OnnxInit.Inference; internal static class Placeholder;
