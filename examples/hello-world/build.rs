fn main() -> Result<(), qapi_codegen::Error> {
    qapi_codegen::Config::new().compile("schema/machine.json")
}
