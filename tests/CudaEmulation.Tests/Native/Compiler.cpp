// The functions of NVRTC that the engine calls: a C++ compiler makes a shared library of a kernel's source.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace
{
enum { Success = 0, CompilationError = 6 };

struct Program
{
    std::string source, log, image;
    std::vector<std::pair<std::string, std::string>> headers;
};

void write(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::string read(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Dynamic shared memory is a pointer here, and a kernel is called with the addresses of its parameters.
std::string translate(const std::string& source)
{
    static const std::regex dynamic(R"(extern\s+__shared__\s+(?:__align__\([^)]*\)\s+)?(\w+)\s+(\w+)\[\];)");
    static const std::regex kernel(R"(extern\s+"C"\s+__global__\s+void\s+(?:__launch_bounds__\([^)]*\)\s+)?(\w+)\(const\s+__grid_constant__\s+(\w+)\s+\w+\))");
    std::string text = std::regex_replace(source, dynamic, "$1* $2 = ($1*)emulated->shared;");

    // Of all threads, so that its address may be kept.
    text = std::regex_replace(text, std::regex(R"(const\s+__grid_constant__\s+(\w+)\s+(\w+)\))"), "const $1& $2)");
    std::ostringstream entries;
    for (std::sregex_iterator match(source.begin(), source.end(), kernel), end; match != end; ++match)
    {
        std::string name = (*match)[1], type = (*match)[2];
        entries << "\nextern \"C\" void emulated_" << name << "(void** arguments) { " << name << "(*(const " << type << "*)arguments[0]); }"
                << "\nextern \"C\" { extern const size_t emulated_bytes_" << name << "; const size_t emulated_bytes_" << name << " = sizeof(" << type << "); }";
    }
    return text + entries.str() + "\n";
}
}

EXPORT int nvrtcVersion(int* major, int* minor) { return *major = 12, *minor = 4, Success; }
EXPORT const char* nvrtcGetErrorString(int code) { return code == Success ? "success" : "the C++ compiler failed"; }
EXPORT int nvrtcGetNumSupportedArchs(int* count) { return *count = 2, Success; }
EXPORT int nvrtcGetSupportedArchs(int* architectures) { return architectures[0] = 80, architectures[1] = 90, Success; }

EXPORT int nvrtcCreateProgram(Program** program, const char* source, const char*, int count, const char** headers, const char** names)
{
    *program = new Program{source, "", "", {}};
    for (int i = 0; i < count; i++)
        (*program)->headers.emplace_back(names[i], headers[i]);
    return Success;
}

EXPORT int nvrtcDestroyProgram(Program** program)
{
    delete *program;
    *program = nullptr;
    return Success;
}

EXPORT int nvrtcCompileProgram(Program* program, int count, const char** options)
{
    char folder[] = "/tmp/emulated-kernel-XXXXXX";
    if (mkdtemp(folder) == nullptr)
        return CompilationError;
    std::string root = folder, command = "g++ -std=c++17 -O2 -march=native -fno-strict-aliasing -ffp-contract=off -w -fPIC -shared -I" EMULATION_FOLDER " -include Device.h -I" + root;
    for (int i = 0; i < count; i++)
    {
        if (strncmp(options[i], "-D", 2) == 0)
            command += std::string(" '") + options[i] + "'";
        else if (const char* name = strstr(options[i], "sm_"))
            command += " -D__CUDA_ARCH__=" + std::to_string(atoi(name + 3) * 10);
    }

    // Headers of instructions are those of this folder.
    for (auto& [name, text] : program->headers)
    {
        if (name.find("Instructions") == std::string::npos)
            write(root + "/" + name, translate(text));
    }
    write(root + "/kernel.cpp", translate(program->source));
    command += " -o " + root + "/kernel.so " + root + "/kernel.cpp > " + root + "/log 2>&1";
    int code = system(command.c_str());
    program->log = read(root + "/log");
    std::string library = read(root + "/kernel.so");
    uint64_t length = library.size();
    program->image.assign((const char*)&length, sizeof length);
    program->image += library;
    system(("rm -rf " + root).c_str());
    return code == 0 ? Success : CompilationError;
}

EXPORT int nvrtcGetProgramLogSize(Program* program, size_t* bytes) { return *bytes = program->log.size() + 1, Success; }
EXPORT int nvrtcGetProgramLog(Program* program, char* log) { return memcpy(log, program->log.c_str(), program->log.size() + 1), Success; }
EXPORT int nvrtcGetCUBINSize(Program* program, size_t* bytes) { return *bytes = program->image.size(), Success; }
EXPORT int nvrtcGetCUBIN(Program* program, char* image) { return memcpy(image, program->image.data(), program->image.size()), Success; }
