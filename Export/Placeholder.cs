namespace OnnxInit.Export; internal static class Placeholder;
