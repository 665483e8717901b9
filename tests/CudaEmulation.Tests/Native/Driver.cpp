// The functions of CUDA's driver that the engine calls, over the CPU's memory. Work is done when it is asked for, except in a
// capture, which keeps it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <vector>
#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>
#include "TensorMap.h"
#include "Threads.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace
{
enum { Success = 0, InvalidValue = 1, InvalidImage = 200, NotFound = 500, LaunchFailed = 719 };

struct Configuration
{
    unsigned gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes;
    struct Stream* stream;
    void* attributes;
    unsigned attributeCount;
};

struct Function
{
    std::string name;
    void (*entry)(void**);
    size_t parameterBytes;
    Emulation** emulation;
    size_t sharedBytes = 48 << 10;
};

struct Module
{
    void* library;
    std::map<std::string, Function> functions;
};

struct Recorded
{
    Function* function;
    Configuration configuration;
    std::vector<unsigned char> argument;
    void* target;
    const void* source;
    size_t bytes;
};

struct Graph
{
    std::vector<Recorded> nodes;
};

struct Stream
{
    Graph* capture = nullptr;
};

char context;
thread_local Stream legacy;
std::mutex gate;
std::string failure = "no error";
std::map<std::string, long long> launches;

Stream& streamOf(Stream* stream) { return stream == nullptr ? legacy : *stream; }

int launch(Function& function, const Configuration& configuration, void* argument)
{
    void* arguments[] = {argument};
    Launch launch = {function.entry, arguments, function.emulation, {configuration.gridX, configuration.gridY, configuration.gridZ}, {configuration.blockX, configuration.blockY, configuration.blockZ}, configuration.sharedBytes};
    std::string text;
    bool isRight = run(launch, text);
    std::lock_guard<std::mutex> lock(gate);
    launches[function.name]++;
    if (isRight)
        return Success;
    failure = function.name + ": " + text;
    return LaunchFailed;
}
}

EXPORT int cuDriverGetVersion(int* version) { return *version = 12040, Success; }
EXPORT int cuInit(unsigned) { return Success; }
EXPORT int cuDeviceGetCount(int* count) { return *count = 1, Success; }
EXPORT int cuDeviceGet(int* device, int) { return *device = 0, Success; }
EXPORT int cuDevicePrimaryCtxRetain(void** current, int) { return *current = &context, Success; }
EXPORT int cuCtxGetCurrent(void** current) { return *current = &context, Success; }
EXPORT int cuCtxPushCurrent_v2(void*) { return Success; }
EXPORT int cuCtxPopCurrent_v2(void** current) { return *current = &context, Success; }

EXPORT int cuGetErrorName(int code, const char** text)
{
    *text = code == LaunchFailed ? "CUDA_ERROR_LAUNCH_FAILED" : code == NotFound ? "CUDA_ERROR_NOT_FOUND" : "CUDA_ERROR_INVALID_VALUE";
    return Success;
}

EXPORT int cuGetErrorString(int code, const char** text)
{
    *text = code == LaunchFailed ? failure.c_str() : "refused by the emulated driver";
    return Success;
}

// Of a small Hopper: few multiprocessors, so that their lists of work are long.
EXPORT int cuDeviceGetAttribute(int* value, int attribute, int)
{
    *value = attribute == 16 ? 3 : attribute == 75 ? 9 : attribute == 97 ? 227 << 10 : 0;
    return Success;
}

// An image is a shared library with its length before it.
EXPORT int cuModuleLoadData(Module** module, const unsigned char* image)
{
    uint64_t length;
    memcpy(&length, image, sizeof length);
    int file = memfd_create("kernel", MFD_CLOEXEC);
    if (file < 0 || write(file, image + sizeof length, length) != (ssize_t)length)
        return InvalidImage;
    std::string path = "/proc/self/fd/" + std::to_string(file);
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr)
    {
        fprintf(stderr, "%s\n", dlerror());
        close(file);
        return InvalidImage;
    }

    // The file stays open: the loader takes two libraries of one path for the same.
    *module = new Module{library, {}};
    return Success;
}

EXPORT int cuModuleUnload(Module* module)
{
    delete module;
    return Success;
}

EXPORT int cuModuleGetFunction(Function** function, Module* module, const char* name)
{
    std::lock_guard<std::mutex> lock(gate);
    Function& found = module->functions[name];
    *function = &found;
    if (found.entry != nullptr)
        return Success;
    found.name = name;
    found.entry = (void (*)(void**))dlsym(module->library, ("emulated_" + found.name).c_str());
    auto* bytes = (const size_t*)dlsym(module->library, ("emulated_bytes_" + found.name).c_str());
    found.emulation = (Emulation**)dlsym(module->library, "emulated");
    if (found.entry == nullptr || bytes == nullptr || found.emulation == nullptr)
        return NotFound;
    found.parameterBytes = *bytes;
    return Success;
}

EXPORT int cuModuleGetGlobal_v2(void** address, size_t* bytes, Module* module, const char* name)
{
    *bytes = sizeof(int);
    *address = dlsym(module->library, name);
    return *address == nullptr ? NotFound : Success;
}

EXPORT int cuFuncSetAttribute(Function* function, int attribute, int value)
{
    if (attribute != 8 || value > 227 << 10)
        return InvalidValue;
    function->sharedBytes = value;
    return Success;
}

EXPORT int cuFuncGetAttribute(int* value, int, Function*) { return *value = 0, Success; }

EXPORT int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Function*, int, size_t) { return *blocks = 1, Success; }

EXPORT int cuLaunchKernelEx(const Configuration* configuration, Function* function, void** arguments, void**)
{
    if (configuration->gridX == 0 || configuration->blockX == 0 || configuration->blockX > 1024 || configuration->sharedBytes > function->sharedBytes)
        return InvalidValue;
    Stream& stream = streamOf(configuration->stream);
    if (stream.capture == nullptr)
        return launch(*function, *configuration, arguments[0]);
    auto* argument = (const unsigned char*)arguments[0];
    stream.capture->nodes.push_back({function, *configuration, {argument, argument + function->parameterBytes}, nullptr, nullptr, 0});
    return Success;
}

EXPORT int cuTensorMapEncodeTiled(
    EmulatedTensorMap* map, int type, unsigned rank, void* address, const uint64_t* sizes, const uint64_t* strides, const unsigned* box,
    const unsigned* steps, int interleave, int swizzle, int, int fill)
{
    static const int bytes[] = {1, 2, 4, 4, 8, 8, 2, 4, 8, 2, 4};
    if (rank < 1 || rank > 5 || type < 0 || type > 10 || interleave != 0 || fill != 0 || ((uintptr_t)map & 63) != 0 || ((uintptr_t)address & 15) != 0)
        return InvalidValue;
    memset(map, 0, sizeof *map);
    map->address = (unsigned char*)address;
    map->rank = rank;
    map->elementBytes = bytes[type];
    map->swizzle = swizzle;
    for (unsigned i = 0; i < rank; i++)
    {
        if (sizes[i] == 0 || sizes[i] > 1ull << 32 || box[i] == 0 || box[i] > 256 || steps[i] != 1 || (i > 0 && ((strides[i - 1] & 15) != 0 || strides[i - 1] >= 1ull << 40)))
            return InvalidValue;
        map->sizes[i] = (unsigned)(sizes[i] - 1);
        map->box[i] = (unsigned short)box[i];
        if (i > 0)
            map->strides[i - 1] = strides[i - 1];
    }
    static const unsigned widths[] = {0, 32, 64, 128};
    if (swizzle < 0 || swizzle > 3 || (swizzle > 0 && box[0] * map->elementBytes > widths[swizzle]))
        return InvalidValue;
    return Success;
}

EXPORT int cuStreamCreate(Stream** stream, unsigned) { return *stream = new Stream, Success; }

EXPORT int cuStreamDestroy_v2(Stream* stream)
{
    delete stream;
    return Success;
}

EXPORT int cuStreamSynchronize(Stream*) { return Success; }
EXPORT int cuStreamWaitEvent(Stream*, void*, unsigned) { return Success; }
EXPORT int cuStreamIsCapturing(Stream* stream, int* status) { return *status = streamOf(stream).capture != nullptr, Success; }

EXPORT int cuStreamBeginCapture_v2(Stream* stream, int)
{
    streamOf(stream).capture = new Graph;
    return Success;
}

EXPORT int cuStreamEndCapture(Stream* stream, Graph** graph)
{
    *graph = streamOf(stream).capture;
    streamOf(stream).capture = nullptr;
    return *graph == nullptr ? InvalidValue : Success;
}

EXPORT int cuGraphInstantiateWithFlags(Graph** executable, Graph* graph, unsigned long long) { return *executable = new Graph(*graph), Success; }

EXPORT int cuGraphLaunch(Graph* executable, Stream*)
{
    for (Recorded& node : executable->nodes)
    {
        if (node.function == nullptr)
            memcpy(node.target, node.source, node.bytes);
        else if (int code = launch(*node.function, node.configuration, node.argument.data()); code != Success)
            return code;
    }
    return Success;
}

EXPORT int cuGraphGetNodes(Graph* graph, void**, size_t* count) { return *count = graph->nodes.size(), Success; }

EXPORT int cuGraphDestroy(Graph* graph)
{
    delete graph;
    return Success;
}

EXPORT int cuGraphExecDestroy(Graph* executable)
{
    delete executable;
    return Success;
}

EXPORT int cuEventCreate(void** event, unsigned) { return *event = &context, Success; }
EXPORT int cuEventDestroy_v2(void*) { return Success; }
EXPORT int cuEventRecord(void*, Stream*) { return Success; }
EXPORT int cuEventSynchronize(void*) { return Success; }
EXPORT int cuEventElapsedTime(float* milliseconds, void*, void*) { return *milliseconds = 0, Success; }

EXPORT int cuMemHostAlloc(void** memory, size_t bytes, unsigned)
{
    *memory = aligned_alloc(256, (bytes + 255) / 256 * 256);
    return *memory == nullptr ? 2 : Success;
}

EXPORT int cuMemFreeHost(void* memory)
{
    free(memory);
    return Success;
}

EXPORT int cuMemcpyHtoDAsync_v2(void* target, const void* source, size_t bytes, Stream* stream)
{
    if (Graph* capture = streamOf(stream).capture)
        capture->nodes.push_back({nullptr, {}, {}, target, source, bytes});
    else
        memcpy(target, source, bytes);
    return Success;
}

EXPORT int cuMemcpyDtoH_v2(void* target, const void* source, size_t bytes)
{
    memcpy(target, source, bytes);
    return Success;
}

// How often a kernel has run.
EXPORT long long emulationLaunches(const char* kernel)
{
    std::lock_guard<std::mutex> lock(gate);
    return launches[kernel];
}

// How threads take turns: see Threads.h.
EXPORT void emulationSetSeed(unsigned long long value) { setSeed(value); }
