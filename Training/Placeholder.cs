namespace OnnxInit.Training; internal static class Placeholder;
